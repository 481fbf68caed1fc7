/** Given and family names that occur together, by region. */
export type Region = { given: readonly string[]; family: readonly string[] };

const region = (given: string, family: string): Region => ({ given: given.split(" "), family: family.split(" ") });

export const regions: readonly Region[] = [
  // Britain and Ireland
  region(
    "Alice Amelia Arthur Beatrice Callum Charlotte Daniel Edith Eleanor Emily Ewan Fiona Freya George Harriet Henry Imogen Isla Jack James Lily Niamh Oisín Oliver Oscar Poppy Rory Rosie Saoirse Thomas Una William",
    "Adams Baker Bennett Brennan Byrne Campbell Carter Clarke Collins Cooper Doyle Edwards Evans Fraser Gallagher Hughes Kelly Mackenzie Marshall Murphy Parker Quinn Reid Robinson Shaw Stewart Turner Walker Ward Wright",
  ),
  // German
  region(
    "Anneliese Anton Carla Clemens Elisa Emil Felix Finn Frieda Greta Hanna Jakob Johanna Jonas Jörg Katharina Lena Leonie Linus Lukas Marie Matthias Mia Moritz Nele Paul Philipp Sophie Theresa Timo Ursula Wolfgang",
    "Bauer Becker Berger Brandt Fischer Frank Hartmann Hofmann Huber Jäger Keller König Krüger Lange Lehmann Maier Meyer Müller Neumann Richter Roth Schäfer Schmidt Schneider Schröder Vogel Wagner Weber Winkler Wolf",
  ),
  // Nordic
  region(
    "Aino Anders Astrid Björn Eero Eino Elin Elsa Erik Freja Gunnar Hanne Henrik Ida Ingrid Jens Kaisa Karin Lars Liv Maja Mats Mikkel Nora Olav Pernille Sigrid Signe Sofie Søren Tuuli Åsa",
    "Andersen Berg Bergström Christensen Dahl Eklund Eriksson Hagen Halvorsen Hansen Heikkinen Holm Jensen Johansson Karlsson Korhonen Kristiansen Larsen Lind Lindqvist Lund Mäkinen Møller Nieminen Nilsson Olsen Persson Sandberg Sørensen Virtanen",
  ),
  // French
  region(
    "Adèle Agathe Antoine Baptiste Camille Céline Chloé Clément Corentin Élise Émile Étienne Florence Gaspard Hugo Inès Jeanne Julien Léa Louis Lucie Manon Margaux Mathilde Maxime Nathalie Noémie Pauline Rémi Sylvain Théo Zoé",
    "Aubert Bernard Bertrand Blanchard Bonnet Boucher Chevalier Dubois Dupont Durand Fabre Faure Fournier Gauthier Girard Lambert Laurent Lefèvre Leroy Marchand Martin Mercier Moreau Morin Perrin Petit Renard Robert Rousseau Vidal",
  ),
  // Iberian and Latin American
  region(
    "Adriana Alejandro Alma Álvaro Beatriz Camila Carlos Catarina Diego Elena Fernanda Gabriela Gonçalo Inés Joana João Joaquín José Júlia Leandro Lucía Luiza Marina Mateo Paloma Rafael Renata Rodrigo Rui Sofía Thiago Ximena",
    "Almeida Álvarez Barbosa Cabral Cardoso Castillo Castro Cruz Delgado Fernández Ferreira Fonseca García Gómez Gutiérrez Herrera López Martínez Medina Mendoza Morales Navarro Nunes Oliveira Ortega Pereira Ramírez Ríos Santos Vargas",
  ),
  // Italian and Greek
  region(
    "Alessandro Alessia Andreas Beatrice Bianca Chiara Dimitra Eleni Elisabetta Fabrizio Federica Francesca Giacomo Giulia Giorgos Ilaria Ioanna Katerina Lorenzo Luca Marta Matteo Nicolò Nikos Paolo Raffaella Sofia Spyros Stavros Valentina Vassilis Zoi",
    "Barbieri Bianchi Caruso Colombo Conti Costa Esposito Ferrara Ferrari Fontana Galli Georgiou Greco Karras Leone Lombardi Mancini Marino Moretti Nikolaou Pappas Ricci Rinaldi Romano Rossi Russo Santoro Vitale Vlachos Zanetti",
  ),
  // Polish, Czech, Balkan
  region(
    "Agnieszka Ana Andrej Bartosz Dagmar Dominika Filip Goran Grzegorz Ivana Jakub Jana Jelena Jiří Katarzyna Kinga Luka Łukasz Małgorzata Marek Matej Milan Mirjana Ondřej Paweł Petra Tomáš Vesna Wojciech Zdeněk Zofia Zuzana",
    "Babić Dvořák Grabowski Horák Horvat Jankowski Jovanović Kaczmarek Kovač Kovačević Kowalski Kučera Lewandowski Marković Mazur Nikolić Novák Novotný Nowak Pavlović Petrović Piotrowski Pospíšil Procházka Svoboda Szymański Veselý Wiśniewski Zając Zieliński",
  ),
  // Ukrainian, Georgian, Armenian, Baltic
  region(
    "Aleksandra Ani Anastasiia Andrii Aram Bohdan Daryna Davit Giedrė Giorgi Iryna Ivan Jānis Kateryna Ketevan Laima Levan Lilit Maksym Mariam Mindaugas Nazar Nino Oksana Olena Rasa Solomiia Taras Tigran Viktoriia Yaroslav Zurab",
    "Abashidze Beridze Bērziņš Bondarenko Boyko Danylenko Gelashvili Grigoryan Hakobyan Hrytsenko Ivanenko Kalniņš Kapanadze Kovalenko Kravchenko Lysenko Marchenko Melnyk Moroz Ozoliņš Petrosyan Petrauskas Polishchuk Sargsyan Savchenko Shevchenko Tkachenko Vardanyan Vasylenko Zhuk",
  ),
  // Turkish, Persian
  region(
    "Arash Aslı Ayşe Bahar Barış Behnam Burak Can Cem Darius Defne Deniz Elif Emre Esra Farhad Gül Hakan Kaveh Kerem Laleh Leyla Mehmet Merve Nazanin Onur Parisa Roya Selin Shirin Yasemin Zeynep",
    "Acar Ahmadi Aksoy Arslan Aydın Bozkurt Çelik Demir Doğan Erdoğan Esfahani Farrokhzad Ghorbani Hosseini Jafari Karimi Kaya Kılıç Koç Mohammadi Moradi Özdemir Polat Rahimi Sadeghi Şahin Tehrani Yavuz Yıldız Yılmaz",
  ),
  // Arabic, Hebrew
  region(
    "Adam Ahmad Aisha Amal Amir Dalia Dana Eitan Fatima Hadar Hana Hassan Huda Ibrahim Jamal Karim Khalid Layla Lina Maya Nadia Noam Nour Omar Rania Salma Samir Shira Tamar Tariq Yael Yusuf",
    "Abadi Amara Aziz Barakat Benali Bouazza Cohen Darwish Farah Haddad Hakimi Hamdan Hassan Jaber Khalil Khoury Levi Mansour Mizrahi Mizyed Najjar Nasser Peretz Qasim Rahal Saleh Sayegh Shapira Tahan Zidan",
  ),
  // West, East and South African
  region(
    "Abena Achieng Adaeze Amadou Amina Ayodele Chidi Chioma Emeka Esi Fatou Ifeoma Imani Jabari Kofi Kwame Lerato Makena Mosi Naledi Ngozi Nia Obinna Oluwaseun Sipho Tendai Thabo Thandiwe Wanjiru Yaa Zanele Zuri",
    "Achebe Adeyemi Afolabi Agyeman Asante Bello Boateng Diallo Dlamini Eze Gathoni Kamau Keita Khumalo Kimani Mahlangu Mbeki Mensah Mutua Ndiaye Ndlovu Njoroge Nkosi Nwosu Obi Okafor Okonkwo Otieno Sow Traoré",
  ),
  // South Asian
  region(
    "Aarav Aditi Ananya Anika Arjun Asha Bilal Devika Dilshan Fahim Farah Harini Imran Ishaan Kavya Kiran Lakshmi Meera Nadeesha Neha Nikhil Pooja Priya Rahul Rohan Sana Sanjay Shreya Tanvi Usman Vikram Zara",
    "Ahmed Banerjee Bhatt Chaudhary Chowdhury Das Desai Fernando Gupta Hussain Iyer Jayawardena Joshi Kapoor Khan Kumar Malik Mehta Menon Mishra Nair Patel Perera Rao Reddy Shah Sharma Singh Siddiqui Verma",
  ),
  // Chinese, Korean, Japanese
  region(
    "Akira Aoi Chen Haruto Hina Hyejin Jia Jisoo Jiwoo Kaito Kenji Lei Lian Mei Min Minho Misaki Mio Naoki Qing Ren Sakura Seojun Sora Soyeon Tao Wei Xin Yuki Yuna Yusuke Ziyi",
    "Abe Bai Cai Choi Fujita Han Hayashi Huang Inoue Ito Jung Kang Kato Kim Kobayashi Lee Li Lin Liu Matsumoto Nakamura Park Sato Shimizu Suzuki Tanaka Wang Watanabe Yamamoto Zhang",
  ),
  // South-East Asian, Pacific
  region(
    "Agus Anh Aroha Bayani Budi Chau Citra Danh Dewi Duc Hana Hoa Indah Intan Kiri Lan Linh Luz Malia Manaia Mika Ngaire Nam Niran Ratna Rizal Siriporn Somchai Tane Thao Tui Wira",
    "Aquino Bautista Bui Chaiyasit Dang Dao Duong Faleolo Halim Hartono Hidayat Hoang Kusuma Le Mahuta Ngata Nguyen Parata Pham Phan Pratama Reyes Santoso Suwan Tamatea Tran Villanueva Vo Wibowo Wijaya",
  ),
];
